// Numbers for five metres.

import { secondsBetween, instantOf, type Ratio, type Timestamp } from '../../api/units';
import { useWords } from '../../i18n';
import { useKnownNow } from '../../state/live';
import { formatPercent } from '../../time/format';
import { bigDuration } from './age';
import classes from './board.module.css';

export function Digits({ children, unit }: { children: string; unit?: string }) {
  return (
    <span className={classes.big}>
      <span className={`${classes.digits} number`} data-digits>
        {children}
      </span>
      {unit !== undefined && <span className={classes.unit}>{unit}</span>}
    </span>
  );
}

/** `88.7 %` with a small sign: the digits are what has to be read. */
export function Percent({ share, digits = 1 }: { share: number | null; digits?: number }) {
  if (share === null) return <Digits>—</Digits>;
  return <Digits unit="%">{formatPercent(share as Ratio, digits).replace(' %', '')}</Digits>;
}

/** How long something has lasted; stands still while nothing is heard. */
export function Lasting({ since }: { since: Timestamp | null }) {
  const { t } = useWords();
  const now = useKnownNow();
  if (since === null) return <Digits>—</Digits>;
  return (
    <span className={classes.big}>
      {bigDuration(secondsBetween(instantOf(since), now)).map(({ number, unit }) => (
        <span key={unit} className={classes.piece}>
          <span className={`${classes.digits} number`} data-digits>
            {number}
          </span>
          <span className={classes.unit}>{t(`board.unit.${unit}`)}</span>
        </span>
      ))}
    </span>
  );
}
