// What is pressed, chosen, asked and told.

import { Button, Notification, TextInput } from '@mantine/core';
import { useState } from 'react';
import { Banner } from '../../components/banners';
import { Card } from '../../components/card';
import { Chips, FilterBar } from '../../components/chips';
import { Choice } from '../../components/choice';
import { ConfirmBody, ConfirmDialog } from '../../components/confirm_dialog';
import { Icon } from '../../components/icons';
import { KeyHints } from '../../components/key_hints';
import { StateIcon } from '../../components/state_icon';
import { DoneMessage, toastDone, toastFailed } from '../../components/undo_toast';
import { useWords } from '../../i18n';
import { queries } from './fixed';
import classes from './gallery.module.css';
import { Section, Specimen } from './specimen';

type Filter = 'run' | 'idle' | 'alarm';

export function ControlsSection() {
  const { t } = useWords();
  const [chosen, setChosen] = useState<Filter[]>(['alarm']);
  const [choice, setChoice] = useState<'light' | 'dark' | 'auto'>('auto');
  const filters = (['run', 'idle', 'alarm'] as const).map((state, place) => ({
    value: state,
    word: t(`state.${state}`),
    icon: <StateIcon state={state} size={18} />,
    count: [8, 3, 1][place],
  }));
  return (
    <Section id="controls" title={t('gallery.controls')}>
      <Specimen name={t('gallery.buttons')} wide>
        <div className={classes.row}>
          <Button leftSection={<Icon name="plus" />}>{t('first.add')}</Button>
          <Button variant="default">{t('app.cancel')}</Button>
          <Button color="red.9" leftSection={<Icon name="trash" />}>
            {t('gallery.delete')}
          </Button>
          <Button disabled>{t('gallery.disabled')}</Button>
          <Button loading>{t('gallery.busy')}</Button>
        </div>
      </Specimen>
      <Specimen name={t('gallery.fields')} wide>
        <div className={classes.grid}>
          <TextInput label={t('gallery.machine')} defaultValue="立式加工機 1" />
          <TextInput label={t('gallery.address')} defaultValue="192.168.0.300" error={t('gallery.addressWrong')} />
          <TextInput label={t('gallery.disabled')} disabled defaultValue="vmc-1" />
        </div>
      </Specimen>
      <Specimen name={t('gallery.filter')} wide>
        <FilterBar onClear={chosen.length > 0 ? () => setChosen([]) : undefined}>
          <TextInput type="search" aria-label={t('floor.searchLabel')} placeholder={t('floor.search')} leftSection={<Icon name="search" />} />
          <Chips label={t('floor.filterLabel')} options={filters} chosen={chosen} onChange={setChosen} />
        </FilterBar>
      </Specimen>
      <Specimen name={t('gallery.choice')}>
        <Choice
          label={t('display.scheme')}
          options={(['auto', 'light', 'dark'] as const).map((value) => ({ value, word: t(`display.scheme.${value}`) }))}
          value={choice}
          onChoose={setChoice}
        />
      </Specimen>
      <Specimen name={t('keys.title')}>
        <KeyHints hints={[{ keys: ['Ctrl', 'K'], word: t('keys.palette') }, { keys: ['?'], word: t('keys.help') }]} />
      </Specimen>
    </Section>
  );
}

export function FeedbackSection() {
  const { t } = useWords();
  const [asking, setAsking] = useState(false);
  const confirm = { title: t('gallery.confirm'), action: t('gallery.delete'), icon: 'trash', danger: true } as const;
  return (
    <Section id="feedback" title={t('gallery.feedback')}>
      <div className={classes.grid}>
        <Specimen name={t('gallery.banner')}>
          <Banner severity="error" icon="session" title={t('live.banner')}>
            {t('live.bannerNever')}
          </Banner>
          <Banner severity="warning" icon="warning" title={t('status.warning')}>
            {t('gallery.why')}
          </Banner>
          <Banner severity="info" icon="info" title={t('status.recompute')} />
        </Specimen>
        <Specimen name={t('gallery.dialog')}>
          <Card title={confirm.title}>
            <ConfirmBody {...confirm} onConfirm={() => undefined} onCancel={() => undefined}>
              {t('gallery.confirmText')}
            </ConfirmBody>
          </Card>
        </Specimen>
        <Specimen name={t('gallery.toast')}>
          <Notification icon={<Icon name="check" />} color="green.8" withCloseButton={false}>
            <DoneMessage message={t('gallery.deleted')} onUndo={() => undefined} />
          </Notification>
        </Specimen>
      </div>
      <div className={classes.row}>
        <Button variant="default" onClick={() => setAsking(true)}>
          {t('gallery.dialog')}
        </Button>
        <Button variant="default" onClick={() => toastDone(t('gallery.deleted'), () => undefined)}>
          {t('gallery.toast')}
        </Button>
        <Button variant="default" onClick={() => toastFailed(queries.failed.error, t('gallery.failed'))}>
          {t('gallery.failed')}
        </Button>
      </div>
      <ConfirmDialog {...confirm} opened={asking} onConfirm={() => setAsking(false)} onCancel={() => setAsking(false)}>
        {t('gallery.confirmText')}
      </ConfirmDialog>
    </Section>
  );
}
