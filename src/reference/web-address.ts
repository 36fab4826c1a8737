const maxLength = 2000;

/**
 * An address that a page may link to: `http`, `https` or `mailto`, without a name and password, which
 * could make the address of one site look like that of another.
 * @returns the address as URLs are written, without characters that end a link in Markdown or an
 *   attribute in HTML; undefined for any other text
 */
export function webAddress(text: string): string | undefined {
  const trimmed = text.trim();
  if (trimmed.length > maxLength || !/^(?:https?:\/\/|mailto:)[^\s]+$/i.test(trimmed))
    return undefined;
  if (!URL.canParse(trimmed)) return undefined;
  const { href, username, password } = new URL(trimmed);
  if (username !== '' || password !== '') return undefined;
  return href.replace(
    /[<>"'`\\|(){}^*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** The address of an email, if the text is one. */
export const mailAddress = (text: string): string | undefined =>
  /^[\w.!#$%&*+/=?^{|}~-]{1,64}@[A-Za-z0-9.-]{1,255}$/.test(text.trim())
    ? webAddress(`mailto:${text.trim()}`)
    : undefined;
