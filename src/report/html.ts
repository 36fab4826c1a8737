/** HTML that is safe to send: made by `html`, or trusted because we wrote it. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Fills values into HTML. Strings are escaped, for texts and for quoted attributes. */
export function html(
  parts: TemplateStringsArray,
  ...values: (string | Html | readonly Html[])[]
): Html {
  const filled = values.map((value) => {
    if (value instanceof Html) return value.text;
    return typeof value === 'string'
      ? value.replace(/[&<>"']/g, (character) => entities[character] ?? '')
      : value.map(({ text }) => text).join('');
  });
  return new Html(String.raw({ raw: parts }, ...filled));
}
