import { App } from 'aws-cdk-lib';
import { readSettings } from './config.ts';
import { KalendsStack } from './kalends-stack.ts';

const app = new App();
const settings = readSettings(app.node.tryGetContext('settings'), process.env.KALENDS_SETTINGS);
// The table's key needs a known region; `cdk deploy` takes it from the credentials, a synth without any makes do.
const region = process.env.CDK_DEFAULT_REGION ?? process.env.AWS_REGION ?? 'us-east-1';
new KalendsStack(app, settings.stackName, { settings, env: { region } });
app.synth();
