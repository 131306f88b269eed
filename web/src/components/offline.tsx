// No way to the box, and nothing of it held yet: says so, whose page this is, and since when.

import { Button } from '@mantine/core';
import { useState } from 'react';
import { seconds } from '../api/units';
import { useWords } from '../i18n';
import { useNow } from '../state/clock';
import { lastContact, type Contact } from '../state/last_contact';
import { formatAge, formatDateTime } from '../time/format';
import { EmptyState } from './empty_state';
import { Icon } from './icons';

function Since({ contact }: { contact: Contact }) {
  const { t, duration } = useWords();
  useNow(); // Drawn again each second: the age grows.
  return (
    <>
      {t('offline.since', {
        name: contact.name,
        time: formatDateTime(contact.at, contact.timezone),
        zone: contact.timezone,
        age: formatAge(seconds((Date.now() - contact.seen) / 1000), duration),
      })}
    </>
  );
}

export function Offline({ onRetry }: { onRetry: () => void }) {
  const { t } = useWords();
  // As it was when the page came up: nothing is heard since.
  const [contact] = useState(lastContact);
  return (
    <div role="alert" data-offline>
      <EmptyState
        as="h1"
        icon="offline"
        title={t('offline.title')}
        text={
          <>
            {contact !== null && (
              <>
                <strong>
                  <Since contact={contact} />
                </strong>
                <br />
              </>
            )}
            {t('offline.text')}
          </>
        }
        action={
          <Button size="md" leftSection={<Icon name="retry" />} onClick={onRetry}>
            {t('error.retry')}
          </Button>
        }
      />
    </div>
  );
}
