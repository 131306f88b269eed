// Keys and what they do, for those who have a keyboard.

import classes from './key_hints.module.css';

export interface KeyHint {
  keys: readonly string[];
  word: string;
}

export function KeyHints({ hints }: { hints: readonly KeyHint[] }) {
  return (
    <dl className={classes.hints}>
      {hints.map(({ keys, word }) => (
        <div key={keys.join('+')}>
          <dt>
            {keys.map((key) => (
              <kbd key={key}>{key}</kbd>
            ))}
          </dt>
          <dd>{word}</dd>
        </div>
      ))}
    </dl>
  );
}
