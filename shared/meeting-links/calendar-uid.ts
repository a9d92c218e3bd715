/** Identifiers of Outlook: class id, day of the instance, time of creation, reserved bytes, size, data ([MS-OXOCAL] 2.2.1.27). */
const outlookUid = /^(040000008200E00074C5B7101A82E008)([0-9A-F]{4})[0-9A-F]{4}([0-9A-F]{32,})$/i;

/** Years that the day of an instance can have. */
const [firstYear, lastYear] = [1601, 4500];

/** An identifier of another calendar program, as Outlook wraps it: `vCal-Uid`, a version, the text, a zero. */
const wrapped = /^7643616C2D55696401000000((?:[0-9A-F]{2})+?)(?:00)*$/i;

/** Hexadecimal digits from the time of creation to the data. */
const digitsBeforeData = 40;

/**
 * The iCalendar UID that all copies of a meeting share. Microsoft gives every instance of a series a UID with the day of
 * the instance, and wraps the UIDs of other calendar programs; both are undone.
 */
export function calendarUid(uid: string): string {
  const [, classId, year, rest] = outlookUid.exec(uid) ?? [];
  if (!classId || !year || !rest) return uid;
  const text = wrapped.exec(rest.slice(digitsBeforeData))?.[1];
  if (text) return Buffer.from(text, 'hex').toString();
  const number = Number.parseInt(year, 16);
  const hasDay = number >= firstYear && number <= lastYear;
  return (hasDay ? `${classId}00000000${rest}` : uid).toUpperCase();
}
