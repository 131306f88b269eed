// 資料點位: every signal of every machine; some of them compared over one window, read row by row, and
// taken along as a file.

import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useMemo } from 'react';
import { allSignalsQuery, type SignalName } from '../../api/signals';
import { linesMax } from '../../charts/colors';
import { Choice } from '../../components/choice';
import { EmptyState } from '../../components/empty_state';
import { Icon } from '../../components/icons';
import { Loaded } from '../../components/loaded';
import { Page } from '../../components/page';
import { Stale } from '../../components/stale';
import { WindowPicker } from '../../components/window_picker';
import { useWords } from '../../i18n';
import { useSite } from '../../state/site';
import { useWindow } from '../../time/use_window';
import { searchOf } from '../../time/windows';
import { CompareCard } from './compare_card';
import { foundSignals } from './listing';
import { RawCard } from './raw_card';
import { signalsSearch, signalsView, views, type SignalsView } from './search';
import { SignalList } from './signal_list';
import classes from './signals_page.module.css';

const route = getRouteApi('/signals');

export function SignalsPage() {
  const { t } = useWords();
  const navigate = useNavigate();
  const { timezone } = useSite();
  const address = JSON.stringify(route.useSearch());
  const shown = useMemo(() => signalsView(JSON.parse(address) as Record<string, unknown>), [address]);
  const windowName = JSON.stringify(searchOf(shown.choice));
  const choice = useMemo(() => shown.choice, [windowName]);
  const window = useWindow(choice, timezone, null);
  const machines = useQuery(allSignalsQuery);

  const show = (change: Partial<SignalsView>, replace = false) =>
    void navigate({ to: '/signals', search: signalsSearch({ ...shown, ...change }) as Record<string, unknown>, replace, resetScroll: false });
  const toggle = (name: SignalName) =>
    show({ chosen: shown.chosen.includes(name) ? shown.chosen.filter((each) => each !== name) : [...shown.chosen, name].slice(0, linesMax) });

  return (
    <Page title={t('nav.signals')} subtitle={t('signals_page.what')}>
      <div className={classes.page}>
        <Loaded
          query={machines}
          isEmpty={(all) => all.every(({ signals }) => signals.length === 0)}
          empty={<EmptyState icon="signals" title={t('signal_list.noMachines')} />}
        >
          {(all) => {
            const found = foundSignals(all, shown.chosen);
            return (
              <div className={classes.columns}>
                <section className="card" aria-label={t('signal_list.title')}>
                  <Stale>
                    <SignalList machines={all} chosen={shown.chosen} query={shown.query} onQuery={(query) => show({ query }, true)} onToggle={toggle} />
                  </Stale>
                </section>
                <div className={classes.main}>
                  <WindowPicker choice={choice} window={window} zone={timezone} onChoose={(chosen) => show({ choice: chosen })} />
                  <Missing names={shown.chosen.filter((name) => !found.some((each) => each.name === name))} onForget={() => show({ chosen: found.map(({ name }) => name) })} />
                  {found.length === 0 ? (
                    <section className="card">
                      <EmptyState icon="signals" title={t('signals_page.none')} text={t('signals_page.noneText', { count: linesMax })} />
                    </section>
                  ) : (
                    <>
                      <Choice
                        bare
                        label={t('signals_page.view')}
                        value={shown.view}
                        onChoose={(view) => show({ view })}
                        options={views.map((view) => ({ value: view, word: t(`signals_page.${view}`) }))}
                      />
                      {window.known &&
                        (shown.view === 'chart' ? (
                          <CompareCard found={found} shown={shown} window={window} chosen={windowName} zone={timezone} onShow={show} onToggle={toggle} />
                        ) : (
                          <RawCard found={found} of={shown.of} window={window} zone={timezone} onOf={(of) => show({ of }, true)} />
                        ))}
                    </>
                  )}
                </div>
              </div>
            );
          }}
        </Loaded>
      </div>
    </Page>
  );
}

/** Signals of the address that are no more: renamed, or their machine taken away. */
function Missing({ names, onForget }: { names: readonly SignalName[]; onForget: () => void }) {
  const { t } = useWords();
  if (names.length === 0) return null;
  return (
    <div className={classes.missing} role="status">
      <Icon name="warning" />
      <span>{t('signals_page.missing', { names: names.join('、') })}</span>
      <Button variant="default" size="md" onClick={onForget}>
        {t('signals_page.forget')}
      </Button>
    </div>
  );
}
