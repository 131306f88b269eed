// ?: which keys do what.

import { Modal } from '@mantine/core';
import { useWords } from '../../i18n';
import { KeyHints } from '../key_hints';

export default function KeyHelp({ onClose }: { onClose: () => void }) {
  const { t } = useWords();
  return (
    <Modal opened onClose={onClose} title={t('keys.title')} closeButtonProps={{ 'aria-label': t('app.close'), size: 44 }}>
      <KeyHints
        hints={[
          { keys: ['Ctrl', 'K'], word: t('keys.palette') },
          { keys: ['/'], word: t('keys.palette') },
          { keys: ['?'], word: t('keys.help') },
          { keys: ['Tab'], word: t('keys.tab') },
          { keys: ['Enter'], word: t('keys.enter') },
          { keys: ['Esc'], word: t('keys.escape') },
          { keys: ['←', '→'], word: t('keys.pan') },
          { keys: ['+', '−'], word: t('keys.zoom') },
        ]}
      />
    </Modal>
  );
}
