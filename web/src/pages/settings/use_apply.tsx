// Applying settings: tried first, so that a person sees what would change and whose past is derived
// again; then done, with a way back.

import { useState, type ReactNode } from 'react';
import { ApiError } from '../../api/client';
import { tryPlant, useApplyPlant, useRestore, type PlantChange, type PlantEffect } from '../../api/plant';
import { ConfirmDialog } from '../../components/confirm_dialog';
import type { Complaints } from '../../components/form/complaints';
import { toastDone, toastFailed } from '../../components/undo_toast';
import { useWords } from '../../i18n';
import { complaintsOf } from '../connections/form/server_errors';
import { EffectText } from './effect_text';

export interface Applying {
  /** Tries the change and asks. */
  review: (change: PlantChange) => Promise<void>;
  looking: boolean;
  refused: Complaints;
  dialog: ReactNode;
}

export function useApply(generation: number, onDone: () => void): Applying {
  const { t } = useWords();
  const apply = useApplyPlant();
  const restore = useRestore();
  const [asked, setAsked] = useState<{ change: PlantChange; effect: PlantEffect } | null>(null);
  const [looking, setLooking] = useState(false);
  const [refused, setRefused] = useState<Complaints>(new Map());
  const failed = (error: unknown) => {
    setAsked(null);
    if (error instanceof ApiError && error.status === 409) return toastFailed(new Error(t('settings.conflict')));
    const complaints = complaintsOf(error);
    setRefused(complaints);
    if (complaints.size === 0) toastFailed(error);
  };
  const review = async (change: PlantChange) => {
    setLooking(true);
    setRefused(new Map());
    try {
      const whole = { ...change, generation };
      setAsked({ change: whole, effect: await tryPlant(whole) });
    } catch (error) {
      failed(error);
    }
    setLooking(false);
  };
  const confirm = async () => {
    if (asked === null) return;
    try {
      const { recomputing } = await apply.mutateAsync(asked.change);
      setAsked(null);
      onDone();
      toastDone(recomputing.length > 0 ? t('settings.appliedRecompute', { count: recomputing.length }) : t('settings.applied'), async () => {
        await restore.mutateAsync(generation);
        onDone();
      });
    } catch (error) {
      failed(error);
    }
  };
  const dialog = (
    <ConfirmDialog opened={asked !== null} title={t('settings.reviewTitle')} action={t('settings.apply')} icon="check" busy={apply.isPending} onConfirm={() => void confirm()} onCancel={() => setAsked(null)}>
      {asked !== null && <EffectText effect={asked.effect} figures={asked.change.calendar !== undefined || asked.change.site !== undefined} />}
    </ConfirmDialog>
  );
  return { review, looking, refused, dialog };
}
