// What a change would do, as the box says: what differs, and whose past is derived again.

import type { PlantEffect } from '../../api/plant';
import { Icon } from '../../components/icons';
import { useWords } from '../../i18n';
import classes from './effect_text.module.css';

const named = 8;

/** `figures`: only the frame of the figures changes, such as the calendar; what was recorded stays as it is. */
export function EffectText({ effect, figures }: { effect: PlantEffect; figures?: boolean }) {
  const { t } = useWords();
  const { changes, recomputing } = effect;
  return (
    <div className={classes.effect}>
      {changes.length === 0 ? (
        <p>{t('effect.none')}</p>
      ) : (
        <ul className={classes.changes}>
          {changes.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      )}
      {figures && changes.length > 0 && recomputing.length === 0 && (
        <p className={classes.recompute}>
          <Icon name="info" />
          <span>{t('effect.figures')}</span>
        </p>
      )}
      {recomputing.length > 0 && (
        <p className={classes.recompute} data-recomputing={recomputing.length}>
          <Icon name="warning" />
          <span>
            <strong>{t('effect.recompute', { count: recomputing.length })}</strong> {recomputing.slice(0, named).join(', ')}
            {recomputing.length > named && ` ${t('effect.more', { rest: recomputing.length - named })}`}
            <br />
            <span className={classes.small}>{t('effect.recomputeWhy')}</span>
          </span>
        </p>
      )}
    </div>
  );
}
