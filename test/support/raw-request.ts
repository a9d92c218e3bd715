import { connect } from 'node:net';

export interface RawAnswer {
  status: number;
  headers: string;
  body: string;
}

/**
 * Sends bytes as they are, as `fetch` would not, and reads one answer. The request is given without its last lines:
 * `connection: close` is added, so the end of the answer is the end of the connection.
 *
 * @param head request line and headers, joined by CRLF, with `%HOST%` for the server's address
 */
export function sendRaw(baseUrl: string, head: string, body: Uint8Array | string = ''): Promise<RawAnswer> {
  const { hostname, port, host } = new URL(baseUrl);
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect(Number(port), hostname, () => {
      socket.write(`${head.replaceAll('%HOST%', host)}\r\nconnection: close\r\n\r\n`, 'latin1');
      if (body.length > 0) socket.write(body);
    });
    socket.setTimeout(15_000, () => socket.destroy(new Error('no answer within 15 s')));
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('error', reject);
    socket.on('close', () => {
      const [headers = '', ...rest] = Buffer.concat(chunks).toString().split('\r\n\r\n');
      const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(headers)?.[1]);
      if (Number.isNaN(status)) reject(new Error(`no HTTP answer to ${head.slice(0, 100)}`));
      else resolve({ status, headers, body: rest.join('\r\n\r\n') });
    });
  });
}
