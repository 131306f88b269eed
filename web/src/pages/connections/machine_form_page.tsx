export function MachineFormPage() {
  return null;
}
