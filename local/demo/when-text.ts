/** Formats instants (milliseconds since the epoch) for people in one time zone. */
export interface WhenText {
  /** `Tue 24 Nov 15:30` */
  start(instant: number): string;
  /** `15:30` */
  clock(instant: number): string;
  /** `Tue 24 Nov` */
  day(instant: number): string;
  /** `15:30:07` */
  second(instant: number): string;
  /** 0–23 */
  hour(instant: number): number;
}

/** Makes the formats of a time zone. @param zone IANA name */
export function createWhenText(zone: string): WhenText {
  const format = (options: Intl.DateTimeFormatOptions) => {
    const formatter = new Intl.DateTimeFormat('en-GB', { timeZone: zone, hourCycle: 'h23', ...options });
    return (instant: number): string => formatter.format(instant).replaceAll(',', '');
  };
  const time = { hour: '2-digit', minute: '2-digit' } as const;
  const date = { weekday: 'short', day: '2-digit', month: 'short' } as const;
  const clock = format(time);
  return {
    start: format({ ...date, ...time }),
    clock,
    day: format(date),
    second: format({ ...time, second: '2-digit' }),
    hour: (instant) => Number(clock(instant).slice(0, 2)),
  };
}
