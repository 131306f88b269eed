// A signal's role, from a list in words.

import { SelectField } from '../../../components/form/fields';
import { isTextKey, useWords } from '../../../i18n';
import { roleGroups, type RoleGroup } from '../roles';

export function useRoleWord(): (role: string) => string {
  const { t } = useWords();
  return (role) => {
    if (role === '') return '';
    const key = `role.${role}`;
    return isTextKey(key) ? t(key) : role;
  };
}

export function RoleSelect({ label, path, value, onChange, bare }: { label: string; path?: string; value: string; onChange: (role: string) => void; bare?: boolean }) {
  const { t } = useWords();
  const wordOf = useRoleWord();
  return (
    <SelectField
      label={label}
      path={path}
      bare={bare}
      value={value}
      onChange={onChange}
      options={[{ value: '', word: t('form.role.none') }]}
      groups={(Object.keys(roleGroups) as RoleGroup[]).map((group) => ({ word: t(`form.roles.${group}`), options: roleGroups[group].map((role) => ({ value: role, word: wordOf(role) })) }))}
    />
  );
}
