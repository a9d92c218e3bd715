import * as z from 'zod';

/** What a template creates that costs money while nothing happens. */
export interface Standing {
  alarmMetrics: number;
  dashboards: number;
  keys: number;
  secrets: number;
  /** Queues that Lambda polls. */
  fifoMappings: number;
  standardMappings: number;
  /** Megabytes of each function, by its folder. */
  megabytes: Record<string, number>;
}

const templateSchema = z.object({
  Resources: z.record(
    z.string(),
    z.object({
      Type: z.string(),
      Properties: z.record(z.string(), z.unknown()).default({}),
      Metadata: z.looseObject({ 'kalends:function': z.string().optional() }).default({}),
    }),
  ),
});

const alarmSchema = z.object({ Metrics: z.array(z.object({ MetricStat: z.unknown().optional() })).optional() });
const mappingSchema = z.object({ EventSourceArn: z.object({ 'Fn::GetAtt': z.tuple([z.string(), z.string()]) }) });

const functionSchema = z.object({ MemorySize: z.number() });

/** Counts it. @param template a synthesized CloudFormation template */
export function countStanding(template: unknown): Standing {
  const { Resources } = templateSchema.parse(template);
  const all = (type: string) => Object.values(Resources).filter(({ Type }) => Type === type);
  const isFifo = ({ Properties }: { Properties: unknown }): boolean => {
    const [queue] = mappingSchema.parse(Properties).EventSourceArn['Fn::GetAtt'];
    return Resources[queue]?.Properties['FifoQueue'] === true;
  };
  const mappings = all('AWS::Lambda::EventSourceMapping');
  const fifoMappings = mappings.filter(isFifo).length;
  return {
    // An alarm over an expression is charged for each metric in it.
    alarmMetrics: all('AWS::CloudWatch::Alarm')
      .map(
        ({ Properties }) => alarmSchema.parse(Properties).Metrics?.filter(({ MetricStat }) => MetricStat).length ?? 1,
      )
      .reduce((sum, metrics) => sum + metrics, 0),
    dashboards: all('AWS::CloudWatch::Dashboard').length,
    keys: all('AWS::KMS::Key').length,
    secrets: all('AWS::SecretsManager::Secret').length,
    fifoMappings,
    standardMappings: mappings.length - fifoMappings,
    megabytes: Object.fromEntries(
      all('AWS::Lambda::Function').flatMap(({ Metadata, Properties }) => {
        const name = Metadata['kalends:function'];
        return name === undefined ? [] : [[name, functionSchema.parse(Properties).MemorySize]];
      }),
    ),
  };
}

const monthSeconds = 30 * 86_400;
/** Lambda polls an idle queue with five pollers, each of which waits for twenty seconds. */
export const pollsPerMonth = (5 * monthSeconds) / 20;
/** Runs of the dispatcher. */
export const minutesPerMonth = monthSeconds / 60;
