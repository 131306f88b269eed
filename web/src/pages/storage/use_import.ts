// A file on its way in: chosen, checked by the box, shown, taken; or refused, or given up.

import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { formatOf, importFile, type ImportReport, type ImportWay } from '../../api/exchange';

export type Importing =
  | { step: 'none' }
  /** `sent`: the share of it that is on the box; then it reads. */
  | { step: 'reading'; file: File; way: ImportWay; sent: number }
  | { step: 'taking'; file: File; way: ImportWay; sent: number }
  | { step: 'failed'; file: File; way: ImportWay; error: Error }
  | { step: 'shown'; file: File; way: ImportWay; report: ImportReport }
  | { step: 'done'; file: File; report: ImportReport };

export interface Import {
  now: Importing;
  /** Checks a file; its name tells the format unless one is given. */
  choose: (file: File, way?: ImportWay) => void;
  take: () => void;
  cancel: () => void;
}

export function useImport(): Import {
  const queries = useQueryClient();
  const [now, setNow] = useState<Importing>({ step: 'none' });
  const stop = useRef<AbortController | null>(null);
  useEffect(() => () => stop.current?.abort(), []);

  async function send(file: File, way: ImportWay, dry: boolean) {
    const abort = new AbortController();
    stop.current?.abort();
    stop.current = abort;
    const step = dry ? 'reading' : 'taking';
    setNow({ step, file, way, sent: 0 });
    try {
      const report = await importFile(file, way, dry, abort.signal, (sent) => {
        if (!abort.signal.aborted) setNow({ step, file, way, sent });
      });
      setNow(dry ? { step: 'shown', file, way, report } : { step: 'done', file, report });
      // Charts and figures of that time are others now.
      if (!dry) void queries.invalidateQueries();
    } catch (error) {
      if (!abort.signal.aborted) setNow({ step: 'failed', file, way, error: error instanceof Error ? error : new Error(String(error)) });
    }
  }

  return {
    now,
    choose: (file, way = { format: formatOf(file.name) ?? 'csv', machine: '', names: {} }) => void send(file, way, true),
    take: () => {
      if (now.step === 'shown') void send(now.file, now.way, false);
    },
    cancel: () => {
      stop.current?.abort();
      setNow({ step: 'none' });
    },
  };
}
