/**
 * Makes `new Date()`, `Date()` and `Date.now()` of a global object run ahead by `offset()` milliseconds.
 * Dates made from given values, `instanceof` and subclasses stay as they are.
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
  // `someDate.constructor` must lead to the shifted clock as well.
  Object.defineProperty(RealDate.prototype, 'constructor', { value: shifted, configurable: true, writable: true });
  target.Date = shifted;
};
