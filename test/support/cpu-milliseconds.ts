/**
 * The milliseconds of processor time that `work` takes in this thread. The clock of the wall counts other work of the
 * machine, and `process.cpuUsage` the other threads of the test run.
 */
export function cpuMilliseconds(work: () => unknown): number {
  const start = process.threadCpuUsage();
  work();
  const { user, system } = process.threadCpuUsage(start);
  return (user + system) / 1000;
}
