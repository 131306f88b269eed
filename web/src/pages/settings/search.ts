// Which tab, in the address: `/settings?tab=calendar`.

export const tabs = ['site', 'calendar', 'reasons', 'machines', 'storage', 'history'] as const;
export type Tab = (typeof tabs)[number];

export const tabOf = (search: Record<string, unknown>): Tab => ((tabs as readonly unknown[]).includes(search['tab']) ? (search['tab'] as Tab) : 'site');
