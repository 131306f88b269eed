// Deleting a machine: asked once, since figures of its group change; then ten seconds to take it back.

import { ConfirmDialog } from '../../components/confirm_dialog';
import { useAddMachine, useRemoveMachine } from '../../api/connections';
import type { Machine } from '../../api/types';
import { toastDone, toastFailed } from '../../components/undo_toast';
import { useWords } from '../../i18n';

export function DeleteMachine({ machine, onDone }: { machine: Machine | null; onDone: () => void }) {
  const { t } = useWords();
  const remove = useRemoveMachine();
  const add = useAddMachine();
  const name = machine?.name ?? '';
  const confirm = async () => {
    if (machine === null) return;
    try {
      const definition = await remove.mutateAsync(machine.id);
      toastDone(t('connections.deleted', { name }), async () => {
        await add.mutateAsync(definition);
        toastDone(t('connections.broughtBack', { name }));
      });
    } catch (error) {
      toastFailed(error);
    }
    onDone();
  };
  return (
    <ConfirmDialog opened={machine !== null} title={t('connections.deleteTitle', { name })} action={t('connections.delete')} icon="trash" danger busy={remove.isPending} onConfirm={() => void confirm()} onCancel={onDone}>
      {t('connections.deleteText', { id: machine?.id ?? '' })}
    </ConfirmDialog>
  );
}
