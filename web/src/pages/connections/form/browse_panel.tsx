// What the device says it has: chosen with a tick, roles suggested, taken over into the table.

import { Button } from '@mantine/core';
import { useMemo, useState } from 'react';
import type { BrowseReport, OfferedSignal } from '../../../api/connections';
import { CheckField } from '../../../components/form/fields';
import { Icon } from '../../../components/icons';
import { useWords } from '../../../i18n';
import { suggestedRoles } from './browse';
import { RoleSelect } from './role_select';
import { TestedValue } from './tested_value';
import { useLimit, MoreButton } from './use_limit';
import classes from './browse_panel.module.css';

interface BrowsePanelProps {
  report: BrowseReport;
  /** Addresses and roles the machine has already. */
  have: ReadonlySet<string>;
  usedRoles: ReadonlySet<string>;
  onTake: (offers: OfferedSignal[], roles: Map<string, string>) => void;
  onDevice?: (name: string) => void;
}

export function BrowsePanel({ report, have, usedRoles, onTake, onDevice }: BrowsePanelProps) {
  const { t } = useWords();
  const fresh = useMemo(() => report.signals.filter(({ address }) => !have.has(address)), [report, have]);
  const [roles, setRoles] = useState(() => suggestedRoles(fresh, usedRoles));
  const [chosen, setChosen] = useState<ReadonlySet<string>>(() => new Set(fresh.filter((offer) => roles.has(offer.address) || offer.type === 'condition').map(({ address }) => address)));
  const { shown, more, rest } = useLimit(fresh, 50);
  const choose = (address: string, on: boolean) => {
    const next = new Set(chosen);
    if (on) next.add(address);
    else next.delete(address);
    setChosen(next);
  };
  const all = fresh.length > 0 && fresh.every(({ address }) => chosen.has(address));
  const taken = fresh.filter(({ address }) => chosen.has(address));
  return (
    <div className={classes.panel}>
      {report.names !== undefined && report.names.length > 1 && onDevice !== undefined && (
        <div className={classes.devices}>
          <span>{t('browse.devices')}</span>
          {report.names.map((name) => (
            <Button key={name} variant="default" onClick={() => onDevice(name)}>
              {name}
            </Button>
          ))}
        </div>
      )}
      {fresh.length === 0 ? (
        <p className="dim">{report.signals.length === 0 ? t('browse.nothing') : t('browse.allTaken')}</p>
      ) : (
        <>
          <div className={classes.head}>
            <CheckField label={t('browse.all', { count: fresh.length })} checked={all} onChange={(on) => setChosen(new Set(on ? fresh.map(({ address }) => address) : []))} />
            <Button leftSection={<Icon name="plus" />} disabled={taken.length === 0} onClick={() => onTake(taken, roles)} data-action="take-over">
              {t('browse.take', { count: taken.length })}
            </Button>
          </div>
          <ul className={classes.list}>
            {shown.map((offer) => (
              <li key={offer.address} data-offer={offer.address}>
                <CheckField label={<span className={classes.name}>{offer.id}</span>} checked={chosen.has(offer.address)} onChange={(on) => choose(offer.address, on)} />
                <span className="dim">{offer.type}</span>
                <TestedValue value={offer.value} quality={offer.quality} unit={offer.unit} />
                <RoleSelect
                  bare
                  label={t('browse.roleOf', { id: offer.id })}
                  value={roles.get(offer.address) ?? ''}
                  onChange={(role) => {
                    setRoles(new Map(roles).set(offer.address, role));
                    if (role !== '') choose(offer.address, true);
                  }}
                />
              </li>
            ))}
          </ul>
          <MoreButton rest={rest} onMore={more} />
        </>
      )}
    </div>
  );
}
