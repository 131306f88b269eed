// What is kept now, for how long there is room, what goes next, and whether disk and box are well.

import { useQuery } from '@tanstack/react-query';
import { storageQuery } from '../../api/storage';
import { instantOf } from '../../api/units';
import { Loaded } from '../../components/loaded';
import { SkeletonTiles } from '../../components/skeletons';
import { Stale } from '../../components/stale';
import { ClassesCard } from './classes_card';
import { DaysCard } from './days_card';
import { HealthCard } from './health_card';
import { MirrorCard } from './mirror_card';
import { OutlookCard } from './outlook_card';
import { SpaceCard } from './space_card';
import classes from './storage.module.css';

export function OverviewTab() {
  const query = useQuery(storageQuery);
  return (
    <Loaded query={query} skeleton={<SkeletonTiles count={4} height={220} />}>
      {(state) => (
        <Stale since={query.isError ? instantOf(state.generated) : undefined}>
          <div className={classes.overview}>
            <OutlookCard state={state} />
            <SpaceCard state={state} />
            <HealthCard state={state} />
            <ClassesCard state={state} />
            <DaysCard />
            <MirrorCard />
          </div>
        </Stale>
      )}
    </Loaded>
  );
}
