import type { Platform } from '../../shared/calendars/calendar.ts';
import { simulateGoogleUser } from './simulate-google-user.ts';
import { simulateMicrosoftUser } from './simulate-microsoft-user.ts';
import type { SimulatedUser, UserOptions } from './simulated-user-port.ts';
import type { TestStack } from './start-test-stack.ts';

/** A user with an empty calendar at one of the platforms. */
export const simulateUser = (stack: TestStack, platform: Platform, options: UserOptions = {}): SimulatedUser =>
  platform === 'google' ? simulateGoogleUser(stack, options) : simulateMicrosoftUser(stack, options);
