// A signal's name, which may be long and without spaces: it breaks where its words do.

import { Fragment } from 'react';

export function SignalId({ id }: { id: string }) {
  return id.split(/(?<=[_./-])/).map((part, place) => (
    <Fragment key={place}>
      {place > 0 && <wbr />}
      {part}
    </Fragment>
  ));
}
