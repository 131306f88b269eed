// What saving will change, line by line, before it is done.

import { ConfirmDialog } from '../../../components/confirm_dialog';
import { Icon } from '../../../components/icons';
import { isTextKey, useWords } from '../../../i18n';
import type { Difference, MachineDifference } from './machine_diff';
import classes from './review_dialog.module.css';

function useFieldWord(): (field: string) => string {
  const { t } = useWords();
  const special: Record<string, string> = { name: t('form.name'), group: t('form.group'), ideal_cycle_s: t('form.idealCycle'), rated_power_kw: t('form.ratedPower'), accept_new_signals: t('form.acceptNew'), work_unit: t('form.workUnit'), profile: t('profile.title') };
  const ofSignal: Record<string, string> = { address: t('signal.address'), type: t('signal.type'), role: t('signal.role'), unit: t('signal.unit'), scale: t('signal.scale'), offset: t('signal.offset'), order: t('signal.order'), poll_ms: t('signal.poll') };
  return (field) => {
    const parts = field.split('.');
    const last = parts.at(-1) ?? field;
    if (parts[0] === 'signals') {
      const known = parts.length > 2 ? ofSignal[last] : undefined;
      return known === undefined ? t('review.signal', { id: parts.slice(1).join('.') }) : `${t('review.signal', { id: parts.slice(1, -1).join('.') })} ${known}`;
    }
    const key = `form.${last}`;
    return special[last] ?? (last === 'protocol' ? t('connection.protocol') : isTextKey(key) ? t(key) : field);
  };
}

export function DifferenceLine({ line }: { line: Difference }) {
  const { t } = useWords();
  const wordOf = useFieldWord();
  const nothing = t('review.nothing');
  return (
    <li className={classes.line} data-kind={line.kind}>
      <span className={classes.kind}>{t(`review.${line.kind}`)}</span>
      <span className={classes.field}>{wordOf(line.field)}</span>
      {line.kind === 'changed' ? (
        <span>
          <del>{line.before || nothing}</del> → <ins>{line.after || nothing}</ins>
        </span>
      ) : (
        <code>{line.after || line.before}</code>
      )}
    </li>
  );
}

interface ReviewDialogProps {
  opened: boolean;
  difference: MachineDifference;
  busy: boolean;
  onConfirm: () => void;
  onCancel: () => void;
}

export function ReviewDialog({ opened, difference, busy, onConfirm, onCancel }: ReviewDialogProps) {
  const { t } = useWords();
  const { lines, recomputes, reconnects } = difference;
  return (
    <ConfirmDialog opened={opened} title={t('review.title')} action={t('form.save')} icon="check" busy={busy} onConfirm={onConfirm} onCancel={onCancel}>
      {recomputes && (
        <p className={classes.warning}>
          <Icon name="warning" />
          <span>
            <strong>{t('review.recomputes')}</strong> {t('review.recomputesWhy')}
          </span>
        </p>
      )}
      {reconnects && (
        <p className={classes.info}>
          <Icon name="info" />
          {t('review.reconnects')}
        </p>
      )}
      <ul className={classes.lines}>
        {lines.slice(0, 100).map((line) => (
          <DifferenceLine key={`${line.field} ${line.kind}`} line={line} />
        ))}
      </ul>
      {lines.length > 100 && <p className="dim">{t('review.rest', { rest: lines.length - 100 })}</p>}
    </ConfirmDialog>
  );
}
