/** A number in a request body as the client wrote it. String fields take its text (docs/api-compatibility.md#conventions). */
export class JsonNumber {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}
