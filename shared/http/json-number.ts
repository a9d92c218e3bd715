/** A number in a request body, as it was written: string fields take its text, nothing takes its value. */
export class JsonNumber {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}
