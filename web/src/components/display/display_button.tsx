import { ActionIcon, Popover } from '@mantine/core';
import { useWords } from '../../i18n';
import { Icon } from '../icons';
import { DisplaySettings } from './display_settings';

export function DisplayButton({ className }: { className?: string }) {
  const { t } = useWords();
  return (
    <Popover position="bottom-end" shadow="md" width={320} trapFocus returnFocus>
      <Popover.Target>
        <ActionIcon variant="default" className={className} aria-label={t('display.title')} title={t('display.title')}>
          <Icon name="display" />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown aria-label={t('display.title')}>
        <DisplaySettings />
      </Popover.Dropdown>
    </Popover>
  );
}
