/** Bundled instead of `bowser`: the AWS SDK parses the names of browsers with its 44 kB, which no function runs in. */
export default {
  parse: () => {
    throw new Error('functions do not run in browsers');
  },
};
