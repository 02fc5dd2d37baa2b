/**
 * What a machine that is busy with other tests makes a node report on real time: no fault of either, and only the tests
 * of the event loop's delay are about it.
 */
export function isMachineDelay({ code }: { readonly code: string }): boolean {
  return code === 'EVENT_LOOP_BLOCKED';
}

export function withoutMachineDelays<Reported extends { readonly code: string }>(
  errors: readonly Reported[],
): readonly Reported[] {
  return errors.filter((error) => !isMachineDelay(error));
}
