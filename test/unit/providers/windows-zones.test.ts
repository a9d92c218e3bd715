import { expect, it } from 'vitest';
import { findIana, WINDOWS_TO_IANA_MAP } from 'windows-iana';
import { windowsZones } from '../../../shared/providers/windows-zones.ts';

it('every zone of Windows has the IANA zone that CLDR gives for it, and Intl knows it', () => {
  const names = [...new Set(WINDOWS_TO_IANA_MAP.map(({ windowsName }) => windowsName))];
  expect([...windowsZones.keys()]).toEqual(names);
  expect([...windowsZones.values()]).toEqual(names.map((name) => findIana(name)[0]));
  for (const iana of windowsZones.values()) expect(() => Intl.DateTimeFormat('en', { timeZone: iana })).not.toThrow();
});
