// What is left to do before saving, always in sight.

import { Button } from '@mantine/core';
import { Icon } from '../../../components/icons';
import { useWords } from '../../../i18n';
import classes from './save_bar.module.css';

interface SaveBarProps {
  wrong: number;
  dirty: boolean;
  busy: boolean;
  isNew: boolean;
  onSave: () => void;
  onTest: () => void;
  testing: boolean;
  onLeave: () => void;
}

export function SaveBar({ wrong, dirty, busy, isNew, onSave, onTest, testing, onLeave }: SaveBarProps) {
  const { t } = useWords();
  return (
    <div className={classes.bar} data-save-bar>
      <span className={classes.state} role="status" data-wrong={wrong > 0 || undefined}>
        {wrong > 0 ? (
          <>
            <Icon name="warning" /> {t('form.wrongCount', { count: wrong })}
          </>
        ) : dirty ? (
          t('form.unsaved')
        ) : (
          t('form.unchanged')
        )}
      </span>
      <Button variant="subtle" onClick={onLeave}>
        {t('app.cancel')}
      </Button>
      <Button variant="default" leftSection={<Icon name="connections" />} loading={testing} onClick={onTest}>
        {t('test.short')}
      </Button>
      <Button leftSection={<Icon name="check" />} loading={busy} disabled={!dirty && !isNew} onClick={onSave} data-action="save">
        {t(isNew ? 'form.add' : 'form.save')}
      </Button>
    </div>
  );
}
