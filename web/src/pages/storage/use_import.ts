// A file on its way in: chosen, checked by the box, shown, taken; or refused, or given up.

import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { formatOf, importFile, type ImportReport, type ImportWay } from '../../api/exchange';

export type Importing =
  | { step: 'none' }
  | { step: 'reading'; file: File; way: ImportWay }
  | { step: 'taking'; file: File; way: ImportWay }
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
    setNow({ step: dry ? 'reading' : 'taking', file, way });
    try {
      const report = await importFile(file, way, dry, abort.signal);
      setNow(dry ? { step: 'shown', file, way, report } : { step: 'done', file, report });
      // Charts and figures of that time are others now.
      if (!dry) void queries.invalidateQueries();
    } catch (error) {
      if (!abort.signal.aborted) setNow({ step: 'failed', file, way, error: error instanceof Error ? error : new Error(String(error)) });
    }
  }

  return {
    now,
    choose: (file, way = { format: formatOf(file.name) ?? 'csv', machine: '' }) => void send(file, way, true),
    take: () => {
      if (now.step === 'shown') void send(now.file, now.way, false);
    },
    cancel: () => {
      stop.current?.abort();
      setNow({ step: 'none' });
    },
  };
}
