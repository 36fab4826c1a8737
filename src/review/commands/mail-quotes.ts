/**
 * Detects what mail programs write between a reply and the earlier message. Programs and languages
 * differ, so lines are not compared with samples: a header block is several labels of known kinds,
 * and an attribution ("On …, X wrote:") is a line that ends in a colon and has two of a date, an
 * address and a verb such as "wrote".
 */

/** The lines from `start` to `end`, exclusive, below which someone else's text begins. */
export interface QuoteMark {
  start: number;
  end: number;
  /** Whether only mail programs write this. People write "From: …, To: …", `--` or "Rob wrote:". */
  sure: boolean;
  /** Whether a quotation follows. If it is marked with `>`, the text after it is the author's. */
  introduces: boolean;
  /** Whether it ends a message from GitHub, so that the message itself is above it. */
  footer?: true;
}

type Kind = 'from' | 'sent' | 'to' | 'cc' | 'subject';

/**
 * The labels in the header of a message, in lower case, in the languages of mail programs. A word
 * may have several kinds ("De", "Data").
 */
const labelsOfKinds: Readonly<Record<Kind, string>> = {
  from: 'from|von|absender|de|expéditeur|remitente|remetente|da|mittente|van|afzender|od|nadawca|odesílatel|odosielateľ|från|avsändare|fra|afsender|avsender|lähettäjä|от|от кого|отправитель|від|від кого|kimden|gönderen|差出人|送信者|发件人|發件人|寄件者|寄件人|보낸 사람|보낸사람|발신자|feladó|de la|από|מאת|من|dari|pengirim|từ|người gửi|จาก|saatja|šalje|pošiljatelj|nuo|no',
  sent: "sent|date|date sent|gesendet|gesendet am|datum|envoyé|envoyé le|envoyée|date d’envoi|date d'envoi|enviado|enviado el|enviado em|enviada|enviada em|fecha|data|data de envio|inviato|data invio|verzonden|verzonden op|wysłano|wysłane|data wysłania|odesláno|odoslané|skickat|skickades|sendt|dato|lähetetty|päivämäärä|päiväys|отправлено|дата|дата отправки|надіслано|изпратено|gönderilme tarihi|gönderme tarihi|gönderildi|tarih|送信日時|送信日|日時|日付|发送时间|发送日期|發送時間|時間|时间|日期|寄件日期|傳送時間|傳送日期|보낸 날짜|보낸날짜|날짜|일시|발신일|elküldve|küldve|dátum|trimis|στάλθηκε|ημερομηνία|נשלח|תאריך|تم الإرسال|التاريخ|تاريخ الإرسال|tanggal|dikirim|đã gửi|ngày|ส่ง|วันที่|saadetud|kuupäev|poslano|išsiųsta|nosūtīts",
  to: 'to|an|empfänger|à|destinataire|destinataires|para|a|destinatario|aan|do|komu|pro|till|til|vastaanottaja|кому|до|за|kime|alıcı|宛先|收件人|收件者|받는 사람|받는사람|수신|수신자|címzett|către|catre|προς|אל|إلى|kepada|đến|tới|ถึง|saaja|prima|za|kam',
  cc: 'cc|kopie|kopie an|copie|copie à|cópia|copia|dw|kopia|kopi|kopio|копия|копія|bilgi|抄送|副本|참조|másolatot kap|κοιν.|κοινοποίηση|עותק|نسخة|tembusan|สำเนา|bcc',
  subject:
    'subject|betreff|objet|sujet|asunto|assunto|oggetto|onderwerp|temat|předmět|predmet|ämne|emne|aihe|тема|относно|konu|件名|主题|主題|主旨|제목|tárgy|subiect|θέμα|נושא|الموضوع|subjek|perihal|chủ đề|tiêu đề|เรื่อง|หัวเรื่อง|teema|tema|temats|re',
};
const kindsOfLabel = new Map<string, Set<Kind>>();
for (const kind of ['from', 'sent', 'to', 'cc', 'subject'] as const) {
  for (const label of labelsOfKinds[kind].normalize('NFKC').split('|'))
    kindsOfLabel.set(label, (kindsOfLabel.get(label) ?? new Set()).add(kind));
}

const anyOf = (words: string): RegExp =>
  new RegExp(`(?<![\\p{L}\\p{N}])(?:${words.normalize('NFKC')})(?![\\p{L}\\p{N}])`, 'u');
/** For scripts without spaces between words. */
const within = (words: string): RegExp => new RegExp(words.normalize('NFKC'), 'u');

/** "wrote" in attributions. */
const writes = [
  anyOf(
    'wrote|writes|schrieb|schreibt|écrit|écrivait|escribió|escribe|scritto|scrive|scrisse|escreveu|escreve|schreef|schrijft|geschreven|napisał|napisała|napisał\\(a\\)|pisze|napsal|napsala|napsal\\(a\\)|píše|napísal|napísala|napísal\\(a\\)|skrev|skriver|kirjoitti|написал|написала|написал\\(а\\)|пишет|писал|писала|написав|написала|пише|написа|yazdı|írta|scris|έγραψε|כתב|כתבה|كتب|كتبت|كتابة|menulis|viết|kirjutas|napisao|napisala|rašė|rakstīja|escriure|escrigué|quoting|zitat|citando',
  ),
  within('写道|寫道|のメッセージ|のメール|書きました|작성|썼습니다|เขียน'),
];
/** "message" in separators. */
const message = [
  anyOf(
    'message|messages|nachricht|originalnachricht|mensaje|mensagem|messaggio|bericht|wiadomość|wiadomości|zpráva|zprávy|správa|meddelande|meddelelse|melding|brev|viesti|сообщение|сообщения|письмо|письма|повідомлення|лист|листа|съобщение|ileti|iletisi|mesaj|mesajı|e-posta|e-mail|email|mail|üzenet|μήνυμα|הודעה|رسالة|الرسالة|pesan|thư|poruka|sporočilo|kiri|laiškas',
  ),
  within('メッセージ|メール|邮件|郵件|메시지|메일|ข้อความ'),
];
/** "forwarded" */
const forwarded =
  /forwarded|weitergeleitet|transféré|réexpédié|reenviad|encaminhad|inoltrat|doorgestuurd|przekaz|przesłan|přeposlan|preposlan|vidarebefordra|videresend|välitet|переадрес|пересла|пересила|iletilen|yönlendir|továbbít|redirecționat|προωθ|転送|转发|轉寄|轉發|전달/u;
/** "sent from" in signatures of phones and programs; `devices` has their names. */
const sentFrom =
  /^(?:sent (?:from|with|via|by)|get outlook for|download outlook|gesendet (?:von|mit|aus|über)|von .{1,40} gesendet$|von meinem|outlook für|holen sie sich|envoyé (?:de|depuis|à partir|avec)|télécharge[rz] outlook|obtenir outlook|enviado (?:desde|de|do|a partir|con)|enviada (?:do|a partir)|obtener outlook|descargar outlook|obt(?:er|enha) o? ?outlook|baixar o? ?outlook|inviato (?:da|con|dal)|(?:scarica|ottieni) outlook|(?:verzonden|verstuurd) (?:vanaf|vanuit|met|via)|download outlook|outlook voor|wysłan[eoay] (?:z|za)|pobierz (?:aplikację )?outlook|odesláno (?:z|ze)|odoslané z|získat outlook|skickat från|hämta outlook|sendt (?:fra|med)|hent outlook|skaff deg outlook|lähetetty|hanki outlook|отправлено (?:с|из|от)|послано с|скачать outlook|надіслано (?:з|із)|изпратено от|küldve|trimis de|στάλθηκε από|נשלח מ|أرسلت من|dikirim dari|được gửi từ)|(?:から送信|gönderildi|에서 보냄|에서 보냈습니다|发送自|發送自|傳送|传送)\.?$|^(?:发自|發自|從我的|从我的|来自|發送自|发送自|나의 )/u;
const devices =
  /iphone|ipad|android|galaxy|samsung|outlook|blackberry|windows|yahoo|huawei|honor|xiaomi|redmi|oppo|pixel|nokia|motorola|handy|smartphone|mobile|mobil|telefon|phone|mac\b|proton|gmx|web\.de|mail|手机|手機|携帯|휴대폰|spark|hey\b/u;

/** The lines below each email from GitHub, which are always in English. */
const footer =
  /reply to this email directly|view (?:it|this|the comment) on github|you are receiving this because|triage notifications on the go|^message id: ?<?\S+@/;
/** The first line of an email from GitHub about a comment, which names the pull request. */
const notification =
  /^@?[\w-]+(?:\[bot\])? (?:left|commented|approved|requested|created|opened|replied) .{0,60}\([\w.-]+\/[\w.-]+#\d+\)/;
/** The first line of its other emails, which a person could write too. */
const happened =
  /^@[\w-]+(?:\[bot\])? (?:commented on|approved|requested changes on|pushed \d+ commits?|left a comment)\b/;

const address = /[^\s@<>()[\]]+@[^\s@<>()[\]]+\.[^\s@<>()[\].]{2,}/u;
const year = /(?<!\d)(?:19|20|25)\d{2}(?!\d)/;
const clock = /(?<!\p{Nd})\p{Nd}{1,2}[:h]\p{Nd}{2}(?!\p{Nd})/u;
const slashed = /(?<!\d)\d{1,2}\/\d{1,2}\/\d{2}(?!\d)/;
const isDated = (text: string): boolean =>
  year.test(text) || clock.test(text) || slashed.test(text);

/** Characters without width, and those that only set the direction of text. */
const invisible = /\p{Default_Ignorable_Code_Point}/gu;

/**
 * A line as a reader sees it, in lower case: without emphasis, character references, HTML line
 * breaks and invisible characters.
 */
export const plain = (line: string): string =>
  line
    .replaceAll('***@***.***', 'redacted@github.com')
    .replace(/<br\s*\/?>/gi, ' ')
    .replace(/\[([^[\]]*)\]\([^()\s]*\)/g, '$1')
    .replace(
      /&(?:amp;){0,3}(nbsp|lt|gt|quot);/gi,
      (_, name: string) => ({ nbsp: ' ', lt: '<', gt: '>', quot: '"' })[name.toLowerCase()] ?? ' ',
    )
    .replace(invisible, '')
    .normalize('NFKC')
    .replace(/(?<![*_])[*_]{2}(?![*_])|^\s*[*_](?=[^\s*_])|(?<=[^\s*_])[*_](?=\s|:|$)/g, '')
    .replace(/\s+/g, ' ')
    .trim()
    .toLowerCase()
    .replaceAll('i\u0307', 'i');

/** Mail programs break an attribution into at most this many lines. */
const maxAttributionLines = 4;
/** A header block has at most this many lines, including long lists of addresses. */
const maxHeaderLines = 14;

/**
 * The mark that ends in a line, or the header block that begins in it.
 * @param lines from `plain`; '' for a line to ignore
 */
export function quoteMarkAt(lines: readonly string[], at: number): QuoteMark | undefined {
  const line = lines[at] ?? '';
  if (line === '') return undefined;
  const lineMark = (sure: boolean, introduces = false): QuoteMark => ({
    start: at,
    end: at + 1,
    sure,
    introduces,
  });
  return headerAt(lines, at) ?? attributionTo(lines, at) ?? separator(line, lineMark);
}

function separator(
  line: string,
  lineMark: (sure: boolean, introduces?: boolean) => QuoteMark,
): QuoteMark | undefined {
  if (footer.test(line)) return { ...lineMark(false), footer: true };
  if (/^(?:--|\u2014|\u2013)$/.test(line) || /^_{5,}$/.test(line)) return lineMark(false);
  const ruled = line.replace(/[\u2010-\u2015\u2500\u2501\u2212*]/g, '-');
  const inside = /^[-=_]{2,} ?([^-=_ ].*?) ?[-=_]{2,}$/.exec(ruled)?.[1];
  if (inside !== undefined && inside.length <= 60)
    return lineMark(has(message, inside) || forwarded.test(inside), true);
  if (line.length <= 80 && line.endsWith(':') && forwarded.test(line) && has(message, line))
    return lineMark(true, true);
  // Lotus Notes: "Rob Reviews---02.03.2026 10:00:00---Thanks for …"
  if (/---.{0,10}\d.{4,40}---/.test(line) && isDated(line)) return lineMark(true);
  if (line.length <= 80 && sentFrom.test(line) && devices.test(line)) return lineMark(true);
  if (notification.test(line)) return lineMark(true);
  return happened.test(line) ? lineMark(false) : undefined;
}

const has = (patterns: readonly RegExp[], text: string): boolean =>
  patterns.some((pattern) => pattern.test(text));

/** The label and value of a line in a header. */
function labeled(line: string): { label: string; value: string } | undefined {
  const colon = line.indexOf(':');
  if (colon < 1 || colon > 30) return undefined;
  const label = line.slice(0, colon).trim();
  return /^[\p{L}\p{M}][\p{L}\p{M}'’.() -]*$/u.test(label)
    ? { label, value: line.slice(colon + 1).trim() }
    : undefined;
}

/**
 * The header of an earlier message that begins in a line: two or more labels of different kinds or,
 * in an unknown language, three lines with an address and a date.
 */
function headerAt(lines: readonly string[], at: number): QuoteMark | undefined {
  const first = labeled(lines[at] ?? '');
  if (!first) return undefined;
  const found: ReadonlySet<Kind>[] = [];
  let end = at;
  let rows = 0;
  let others = 0;
  let blanks = 0;
  let values = '';
  for (let index = at; index < lines.length && index < at + maxHeaderLines; index += 1) {
    const line = lines[index] ?? '';
    if (line === '') {
      blanks += 1;
      if (blanks > 1) break;
      continue;
    }
    const row = labeled(line);
    const kinds = row && kindsOfLabel.get(row.label);
    if (line.startsWith('/') || (blanks > 0 && !kinds)) break;
    if (!row) {
      // A long list of addresses continues on the next line.
      others += 1;
      if (others > 3) break;
      continue;
    }
    blanks = 0;
    others = 0;
    rows += 1;
    if (kinds) found.push(kinds, ...kindsWithin(row.value));
    values += ` ${row.value}`;
    end = index + 1;
  }
  const hasAddress = address.test(values);
  const hasDate = isDated(values);
  const kinds = countKinds(found);
  const mark = (sure: boolean): QuoteMark => ({ start: at, end, sure, introduces: false });
  const kindsOfFirst = kindsOfLabel.get(first.label);
  if (!kindsOfFirst) return rows >= 3 && hasAddress && hasDate ? mark(true) : undefined;
  if (kinds >= 3) return mark(true);
  if (kinds === 2) return mark(hasAddress || hasDate);
  return kindsOfFirst.has('from') && address.test(first.value)
    ? { ...mark(true), end: at + 1 }
    : undefined;
}

/** The kinds of labels in a value, if a mail program wrote the whole header on one line. */
const kindsWithin = (value: string): ReadonlySet<Kind>[] =>
  Array.from(value.matchAll(/([\p{L}\p{M}]+) ?:(?= )/gu), (match) =>
    kindsOfLabel.get(match[1] ?? ''),
  ).filter((kinds) => kinds !== undefined);

/** The number of different kinds of labels, if a label may have several: "De: …, A: …, Data: …". */
function countKinds(labels: readonly ReadonlySet<Kind>[]): number {
  const counted = new Set<Kind>();
  for (const kinds of labels.toSorted((a, b) => a.size - b.size)) {
    const free = [...kinds].find((kind) => !counted.has(kind));
    if (free) counted.add(free);
  }
  return counted.size;
}

/** The shortest attribution that ends in a line: "On Monday, Rob <rob@contoso.com> wrote:". */
function attributionTo(lines: readonly string[], last: number): QuoteMark | undefined {
  const closes = /:[ -]*$/.test(lines[last] ?? '');
  if (!closes && !/[ -]-{2,}$/.test(lines[last] ?? '')) return unmarkedAttribution(lines, last);
  let text = '';
  for (let start = last; start >= 0 && start > last - maxAttributionLines; start -= 1) {
    const line = lines[start] ?? '';
    if (line === '' || line.startsWith('/')) break;
    text = text === '' ? line : `${line} ${text}`;
    const hasAddress = address.test(text);
    const hasDate = isDated(text);
    const hasVerb = has(writes, text);
    if ((hasVerb && (hasAddress || hasDate)) || (hasAddress && hasDate && closesOn.test(text)))
      return {
        start: beginningOf(lines, start, hasDate),
        end: last + 1,
        sure: true,
        introduces: true,
      };
  }
  const line = lines[last] ?? '';
  if (!closes || line.length > 80) return undefined;
  const isLikely =
    (has(writes, line.slice(-24)) && line.split(' ').length <= 8) ||
    /^(?:in reply|in response|replying) to /.test(line) ||
    isDated(line);
  return isLikely ? { start: last, end: last + 1, sure: false, introduces: true } : undefined;
}

/** An attribution without a colon: "On Mon, 2 Mar 2026 10:00:00 -0800 Rob wrote". */
function unmarkedAttribution(lines: readonly string[], at: number): QuoteMark | undefined {
  const line = lines[at] ?? '';
  const isLikely =
    line.length <= 160 &&
    (year.test(line) || slashed.test(line)) &&
    clock.test(line) &&
    has(writes, line.slice(-12));
  return isLikely ? { start: at, end: at + 1, sure: false, introduces: true } : undefined;
}

/**
 * An attribution without a verb ends in the address or the date: "пн, 2 мар. 2026 г. в 10:00,
 * Rob <rob@contoso.com>:"
 */
const closesOn = /(?:\.[^\s@<>()[\]]{2,}[>)\]"'» ]*|\d[)\]]?) ?:[ -]*$/u;

/** The date of an attribution may be on the line above the name. */
function beginningOf(lines: readonly string[], start: number, hasDate: boolean): number {
  const above = lines[start - 1] ?? '';
  return !hasDate && above !== '' && !above.startsWith('/') && isDated(above) ? start - 1 : start;
}
