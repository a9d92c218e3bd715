/**
 * Makes `new Date()`, `Date()` and `Date.now()` of a global object run ahead by `offset()` milliseconds.
 * Dates from given values, `instanceof` and subclasses do not change.
 */
export const shiftDate = (target: { Date: DateConstructor }, offset: () => number): void => {
  const RealDate = target.Date;
  const realNow = RealDate.now.bind(RealDate);
  const now = (): number => realNow() + offset();
  RealDate.now = now;
  const shifted: DateConstructor = new Proxy(RealDate, {
    apply: () => new RealDate(now()).toString(),
    construct: (date, values, newTarget) =>
      Reflect.construct(date, values.length === 0 ? [now()] : values, newTarget === shifted ? date : newTarget) as Date,
  });
  // `someDate.constructor` must be shifted too.
  Object.defineProperty(RealDate.prototype, 'constructor', { value: shifted, configurable: true, writable: true });
  target.Date = shifted;
};
