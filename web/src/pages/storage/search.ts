// Which part of the page, in the address: `/storage?tab=backups`.

export const tabs = ['overview', 'signals', 'backups', 'transfer', 'sizing'] as const;
export type Tab = (typeof tabs)[number];

export const tabOf = (search: Record<string, unknown>): Tab => tabs.find((tab) => tab === search['tab']) ?? 'overview';
