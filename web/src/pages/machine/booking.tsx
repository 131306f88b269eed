// 登錄狀態: a person says what the machine can't: that it is being set up, or maintained. Two taps, a
// reason with the second; it holds until it is ended, and both can be taken back.

import { Button } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { bookable, bookMachine, endBooking, type Bookable } from '../../api/instant';
import { plantQuery, type Reason } from '../../api/plant';
import { keys } from '../../api/queries';
import type { Machine } from '../../api/types';
import { Dialog } from '../../components/dialog';
import { Icon } from '../../components/icons';
import { Moment } from '../../components/moments';
import { StateIcon } from '../../components/state_icon';
import { toastDone, toastFailed } from '../../components/undo_toast';
import { useWords } from '../../i18n';
import classes from './booking.module.css';

const reasonName = (reason: Reason, language: string): string => (language === 'en' ? reason.name_en || reason.name : reason.name);

/** The reasons made for a state; where there are none, those that fit any. */
function reasonsFor(reasons: readonly Reason[], state: Bookable): Reason[] {
  const own = reasons.filter((reason) => reason.state === state);
  return own.length > 0 ? own : reasons.filter((reason) => !reason.state);
}

function useBooking(machine: Machine) {
  const { t } = useWords();
  const queries = useQueryClient();
  const heard = () => void queries.invalidateQueries({ queryKey: keys.machine(machine.id) });
  const book = useMutation({
    mutationFn: ({ state, reason }: { state: Bookable; reason: string | null }) => bookMachine(machine.id, state, reason),
    onSuccess: (_, { state }) => {
      heard();
      toastDone(t('booking.done', { state: t(`state.${state}`) }), async () => {
        await endBooking(machine.id);
        heard();
      });
    },
    onError: (error) => toastFailed(error, t('booking.failed')),
  });
  const end = useMutation({
    mutationFn: () => endBooking(machine.id),
    onSuccess: () => {
      heard();
      const before = machine.booked;
      toastDone(
        t('booking.ended'),
        before
          ? async () => {
              await bookMachine(machine.id, before.state, before.reason);
              heard();
            }
          : undefined,
      );
    },
    onError: (error) => toastFailed(error, t('booking.failed')),
  });
  return { book, end };
}

export function Booking({ machine }: { machine: Machine }) {
  const { t, language } = useWords();
  const [open, setOpen] = useState(false);
  const { data: plant, isPending } = useQuery({ ...plantQuery, enabled: open || Boolean(machine.booked), staleTime: 60_000 });
  const { book, end } = useBooking(machine);
  const reasons = plant?.reasons ?? [];
  const { booked } = machine;
  const named = reasons.find(({ id }) => id === booked?.reason);
  return (
    <div className={classes.booking} data-booking={booked?.state ?? 'none'}>
      {booked && (
        <span className={classes.booked} style={{ color: `var(--ink-${booked.state})` }}>
          <StateIcon state={booked.state} size={22} />
          <span>
            <strong>{t('booking.is', { state: t(`state.${booked.state}`) })}</strong>
            {booked.reason && ` · ${named === undefined ? booked.reason : reasonName(named, language)}`}
            <span className="dim">
              {' '}
              <Moment at={booked.since} withSeconds={false} /> {booked.who}
            </span>
          </span>
        </span>
      )}
      {booked ? (
        <Button size="md" loading={end.isPending} leftSection={<Icon name="check" />} onClick={() => end.mutate()}>
          {t('booking.end')}
        </Button>
      ) : (
        <Button variant="default" size="md" loading={book.isPending} leftSection={<Icon name="edit" />} onClick={() => setOpen(true)}>
          {t('booking.open')}
        </Button>
      )}
      <Dialog opened={open} onClose={() => setOpen(false)} title={t('booking.title', { machine: machine.name })} size="lg">
        <p className="dim" style={{ margin: '0 0 0.75rem' }}>
          {t('booking.explain')}
        </p>
        {isPending && open ? (
          <p role="status">{t('loading')}</p>
        ) : (
          bookable.map((state) => (
            <fieldset key={state} className={classes.group}>
              <legend style={{ color: `var(--ink-${state})` }}>
                <StateIcon state={state} size={22} />
                {t(`state.${state}`)}
              </legend>
              <div className={classes.reasons}>
                {[...reasonsFor(reasons, state), null].map((reason) => (
                  <button
                    key={reason?.id ?? ''}
                    type="button"
                    data-book={`${state} ${reason?.id ?? ''}`.trim()}
                    onClick={() => {
                      setOpen(false);
                      book.mutate({ state, reason: reason?.id ?? null });
                    }}
                  >
                    {reason === null ? t('booking.noReason') : reasonName(reason, language)}
                  </button>
                ))}
              </div>
            </fieldset>
          ))
        )}
      </Dialog>
    </div>
  );
}
