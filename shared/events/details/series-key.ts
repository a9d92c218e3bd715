/**
 * "This and following" at Google ends a series and begins another one, whose id is the first one's with the time of the
 * split. Splits of splits have the first one's id as well.
 */
const splitSuffix = /(?:_R\d{8}(?:T\d{6}Z?)?)+$/;

/** What all parts of a series of Google have in common. @param id of the series */
export const googleSeriesKey = (id: string): string => id.replace(splitSuffix, '') || id;

/** `GlobalObjectId` of Exchange (MS-OXOCAL 2.2.1.27): 16 fixed bytes, the day of the instance, the rest. */
const globalObjectId = /^040000008200E00074C5B7101A82E008([\da-f]{8})/i;

/**
 * What all parts of a series of Microsoft have in common: the id of the meeting in iCalendar, without the day that Exchange
 * writes into the ids of exceptions, and without Google's mark of a split.
 *
 * @param id of the series master, where the event has no other
 */
export function microsoftSeriesKey(id: string, iCalUid: string | null): string {
  if (iCalUid === null || iCalUid === '') return id;
  const day = globalObjectId.exec(iCalUid)?.[1];
  if (day !== undefined && isDay(day)) return `${iCalUid.slice(0, 32)}00000000${iCalUid.slice(40)}`.toUpperCase();
  return iCalUid.replace(/(?:_R\d{8}(?:T\d{6}Z?)?)+(?=@google\.com$)/i, '');
}

/** Two bytes of the year, one of the month and one of the day. */
function isDay(hex: string): boolean {
  const [year, month, day] = [hex.slice(0, 4), hex.slice(4, 6), hex.slice(6)].map((part) => Number.parseInt(part, 16));
  return (
    hex === '00000000' ||
    ((year ?? 0) >= 1601 &&
      (year ?? 0) <= 4500 &&
      (month ?? 0) >= 1 &&
      (month ?? 0) <= 12 &&
      (day ?? 0) >= 1 &&
      (day ?? 0) <= 31)
  );
}
