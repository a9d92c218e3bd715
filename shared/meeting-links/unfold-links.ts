/** A link in angle brackets that a mail program folded over several lines. */
const FOLDED = /<\s*(?:URL:\s*)?(?:https?:\/\/|(?:[\w-]+\.)+[a-z]{2,}\/)[^\s<>]*(?:[ \t]*[\r\n]\s*[^\s<>]+)*\s*>/gi;

/** Quoted-printable ends a line that goes on with `=`, and writes `=3D` for the character itself. */
const SOFT_BREAK = /=[ \t]*\r?\n/g;
const ESCAPED_EQUALS = /=3D/gi;
/** Without `=3D`: in a path, or behind a parameter that has its `=` already. */
const SURELY_SOFT = /=(?=[ \t]*\r?\n)(?<=(?:\/[^\s/?&#=<>]{0,200}|[?&][^\s?&#=<>]{1,100}=[^\s?&#=<>]{1,200})=)/g;

/** Joins the lines of links in angle brackets. Linear time. */
export const unfoldLinks = (text: string): string =>
  text.replace(FOLDED, (folded) => {
    const isEscaped = folded.search(SOFT_BREAK) !== -1 && folded.search(ESCAPED_EQUALS) !== -1;
    const link = isEscaped
      ? folded.replace(SOFT_BREAK, '').replace(ESCAPED_EQUALS, '=')
      : folded.replace(SURELY_SOFT, '');
    return link.replace(/\s+/g, '');
  });
