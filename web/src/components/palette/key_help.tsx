// ?: which keys do what.

import { useWords } from '../../i18n';
import { Dialog } from '../dialog';
import { KeyHints } from '../key_hints';

export default function KeyHelp({ onClose }: { onClose: () => void }) {
  const { t } = useWords();
  return (
    <Dialog opened onClose={onClose} title={t('keys.title')}>
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
    </Dialog>
  );
}
