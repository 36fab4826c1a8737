import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { said } from './comments.ts';

/** GitHub takes addresses out of mails. */
const redacted = '***@***.***';
const rob = 'Rob Reviews <rob@contoso.com>';

/** "On …, Rob wrote:", as programs write it in each language. */
const attributions = [
  `On Mon, Mar 2, 2026 at 10:00 AM Rob Reviews <${redacted}> wrote:`,
  'On Mon, Mar 2, 2026 at 10:00 AM Rob Reviews\n<rob@contoso.com> wrote:',
  'On Mon, Mar 2, 2026 at 10:00 AM Rob Reviews <\nrob@contoso.com>\nwrote:',
  `On 2 Mar 2026, at 10:00, Rob Reviews ${redacted}> wrote:`,
  'On Monday, 2 March 2026, Rob Reviews wrote:',
  '  On Mon, Mar 2, 2026 at 10:00, Rob Reviews<rob@contoso.com> wrote:  ',
  'Am 02.03.26 um 10:00 schrieb Rob Reviews:',
  `Am Mo., 2. März 2026 um 10:00 Uhr schrieb ${rob}:`,
  `Le lun. 2 mars 2026 à 10:00, ${rob} a écrit :`,
  'Le 02/03/2026 à 10:00, Rob Reviews a écrit\u00a0:',
  'El lun, 2 mar 2026 a las 10:00, Rob (<rob@contoso.com>) escribió:',
  `Il giorno lun 2 mar 2026 alle ore 10:00 ${rob} ha scritto:`,
  `Em seg., 2 de mar. de 2026 às 10:00, ${rob} escreveu:`,
  `Op ma 2 mrt 2026 om 10:00 schreef ${rob}:`,
  `pon., 2 mar 2026 o 10:00 ${rob} napisał(a):`,
  'W dniu 2.03.2026 o 10:00, Rob Reviews pisze:',
  `po 2. 3. 2026 v 10:00 odesílatel ${rob} napsal:`,
  `Den mån 2 mars 2026 kl 10:00 skrev ${rob}:`,
  `Den man. 2. mar. 2026 kl. 10.00 skrev ${rob}:`,
  `man. 2. mars 2026 kl. 10:00 skrev ${rob}:`,
  'ma 2. maalisk. 2026 klo 10.00 Rob (rob@contoso.com) kirjoitti:',
  `пн, 2 мар. 2026 г. в 10:00, ${rob}:`,
  `пн, 2 бер. 2026 р. о 10:00 ${rob} пише:`,
  `${rob}, 2 Mar 2026 Pzt, 10:00 tarihinde şunu yazdı:`,
  `2026年3月2日(月) 10:00 ${rob}:`,
  `2026/03/02 10:00、${rob}のメール:`,
  `${rob} 于2026年3月2日周一 10:00写道：`,
  `${rob} 於 2026年3月2日 週一 上午10:00寫道：`,
  `2026년 3월 2일 (월) 오전 10:00, ${rob}님이 작성:`,
  `${rob} ezt írta (időpont: 2026. márc. 2., H, 10:00):`,
  `lun., 2 mar. 2026 la 10:00, ${rob} a scris:`,
  `Στις Δευ 2 Μαρ 2026 στις 10:00, ο/η ${rob} έγραψε:`,
  '\u202bבתאריך יום ב׳, 2 במרץ 2026 ב-10:00 מאת \u202aRob\u202c\u200f <\u202arob@contoso.com\u202c\u200f>:\u202c',
  `في الاثنين، 2 مارس 2026 في 10:00 ص تمت كتابة ما يلي بواسطة ${rob}:`,
  `Vào Th 2, 2 thg 3, 2026 vào lúc 10:00 ${rob} đã viết:`,
  `Pada tanggal Sen, 2 Mar 2026 pukul 10.00 ${rob} menulis:`,
  `ในวันที่ จ. 2 มี.ค. 2026 เวลา 10:00 ${rob} เขียนว่า:`,
  'Missatge de Rob <rob@contoso.com> del dia dl., 2 de març 2026 a les 10:00:',
  '* Rob Reviews <rob@contoso.com> [2026-03-02 10:00:00 +0100]:',
  'Rob Reviews <rob@contoso.com> writes:',
  'Quoting Rob Reviews <rob@contoso.com>:',
  '---- On Mon, 02 Mar 2026 10:00:00 +0100 Rob <rob@contoso.com> wrote ----',
  'At 2026-03-02 10:00:00, "Rob Reviews" <rob@contoso.com> wrote:',
  '------- Original Message -------\nOn Monday, March 2nd, 2026 at 10:00 AM, Rob <rob@contoso.com> wrote:',
];

const header = (labels: string, to = 'contoso/connectors'): string => {
  const [from, sent, receiver, subject] = labels.split('|');
  return `${from} rob-reviews ${redacted}>\n${sent} 2026-03-03 14:55\n${receiver} ${to} ${redacted}>\n${subject} Re: [contoso/connectors] (PR #7)`;
};

/** The header of the message that is answered, as Outlook and others write it in each language. */
const headers = [
  'From:|Sent:|To:|Subject:',
  '**From:**|**Sent:**|**To:**|**Subject:**',
  '*From:*|*Date:*|*To:*|*Subject:*',
  'Von:|Gesendet:|An:|Betreff:',
  'De :|Envoyé :|À :|Objet :',
  'De:|Enviado:|Para:|Asunto:',
  'Da:|Inviato:|A:|Oggetto:',
  'Van:|Verzonden:|Aan:|Onderwerp:',
  'De:|Enviada em:|Para:|Assunto:',
  'Od:|Wysłane:|Do:|Temat:',
  'Od:|Odesláno:|Komu:|Předmět:',
  'Från:|Skickat:|Till:|Ämne:',
  'Fra:|Sendt:|Til:|Emne:',
  'Lähettäjä:|Lähetetty:|Vastaanottaja:|Aihe:',
  'От:|Отправлено:|Кому:|Тема:',
  'Від:|Надіслано:|Кому:|Тема:',
  'Kimden:|Gönderilme Tarihi:|Kime:|Konu:',
  '差出人:|送信日時:|宛先:|件名:',
  '发件人:|发送时间:|收件人:|主题:',
  '发件人：|发送时间：|收件人：|主题：',
  '寄件者:|寄件日期:|收件者:|主旨:',
  '보낸 사람:|보낸 날짜:|받는 사람:|제목:',
  'Feladó:|Elküldve:|Címzett:|Tárgy:',
  'От:|Изпратено:|До:|Относно:',
  'Afsendt af:|Afsendt den:|Modtaget af:|Angående:', // no table has these labels
].map((labels) => header(labels));

const others = [
  'From: rob-reviews\n\nSent: Tuesday, March 3, 2026 2:55 PM\n\nTo: contoso/connectors\n\nSubject: Re: (PR #7)',
  `From: Rob ${redacted}><br>\nSent: Tuesday, March 3, 2026 2:55 PM<br>\nTo: contoso/connectors<br>\nSubject: Re: (PR #7)`,
  `     From: Rob ${redacted}>\n     Sent: Tuesday, March 3, 2026 2:55 PM\n     To: contoso/connectors`,
  `From:\tRob\nSent:\tTuesday, March 3, 2026 2:55 PM\nTo:\tcontoso/connectors; Mention;\n  others\nSubject:\tRe: (PR #7)`,
  'From: rob-reviews Sent: Tuesday, March 3, 2026 2:55 PM To: contoso/connectors Subject: Re: (PR #7)',
  `From: Rob ${redacted}>`,
  `Gesendet: Montag, 02. März 2026 um 10:00 Uhr\nVon: "Rob" ${redacted}>\nAn: contoso/connectors\nBetreff: Re: (PR #7)`,
  `------------------&nbsp;原始邮件&nbsp;------------------\n发件人:                                  "contoso/connectors"                  <${redacted}&gt;;\n发送时间:&nbsp;2026年3月2日(星期三) 中午1:49\n收件人:&nbsp;"x"<${redacted}&gt;;\n主题:&nbsp;Re: (PR #7)`,
  '-----Original Message-----',
  '-------- Original message --------',
  '\u2010\u2010\u2010\u2010\u2010\u2010\u2010 Original Message \u2010\u2010\u2010\u2010\u2010\u2010\u2010',
  '-----Ursprüngliche Nachricht-----',
  "-----Message d'origine-----",
  '-----Mensaje original-----',
  '-----Messaggio originale-----',
  '-----Oorspronkelijk bericht-----',
  '-----Исходное сообщение-----',
  '-----元のメッセージ-----',
  '-----原始邮件-----',
  '-----원본 메시지-----',
  '---------- Forwarded message ---------',
  '---------- Weitergeleitete Nachricht ---------',
  'Begin forwarded message:',
  'Début du message transféré :',
  'Anfang der weitergeleiteten Nachricht:',
  'Sent from my iPhone',
  'Von meinem iPhone gesendet',
  'Envoyé de mon iPhone',
  'Enviado desde mi iPhone',
  'Enviado do meu iPhone',
  'Inviato da iPhone',
  'Verstuurd vanaf mijn iPhone',
  'Wysłane z iPhone’a',
  'Skickat från min iPhone',
  'Отправлено с iPhone',
  'iPhone’umdan gönderildi',
  'iPhoneから送信',
  '发自我的 iPhone',
  '나의 iPhone에서 보냄',
  'Get Outlook for iOS<https://aka.ms/o0ukef>',
  '[Get Outlook for Android](https://aka.ms/AAb9ysg)',
  'Sent from Mail<https://go.microsoft.com/fwlink/?LinkId=550986> for Windows',
  'Sent from Yahoo Mail on Android',
  'Rob Reviews---02.03.2026 10:00:00---Fine with me',
  'rob-reviews left a comment (contoso/connectors#7)<https://github.com/contoso/connectors/pull/7#issuecomment-1>',
];

const before = [
  ['Please wait with this one.\n\n', []],
  ['Please wait with this one.\n', []],
  ['/check\n\n', ['check|']],
  ['/check\n', ['check|']],
  ['Please wait.\n\n________________________________\n', []],
] as const;

describe('an answer by mail', () => {
  test.each([...attributions, ...headers, ...others])('ends above %j', (mark) => {
    for (const [own, heard] of before)
      for (const gap of ['\n', '\n\n'])
        expect(said(`${own}${mark}${gap}/merge\n/hold\n`), own).toEqual(heard);
  });

  test.each(attributions.slice(1))('may stand below what it quotes: %j', (mark) => {
    for (const [own, heard] of before)
      expect(
        said(`${own}${mark}\n\n> Fine with me.\n> /merge\n\n/hold until Monday\n`),
        own,
      ).toEqual([...heard, 'hold|until Monday']);
  });

  test('may stand between what it quotes', () => {
    expect(
      said(
        'On Mon, 2 Mar 2026, Rob wrote:\n> /merge\n> The icon?\n\nIt is fine.\n/check\n\n> /fix\n\n/hold',
      ),
    ).toEqual(['check|', 'hold|']);
  });

  test.each([
    '-- ',
    '--',
    '\u2014',
    '_____',
    'From: string\nTo: integer',
    'Rob wrote:',
    'In reply to Rob:',
    '*** Original ***',
    'Rob (2026-03-02 10:00):',
    'On Mon, 2 Mar 2026 10:00:00 -0800 "Rob" wrote',
    '@rob-reviews schrieb:',
    '@rob-reviews approved this pull request.',
    'Measured on 2026-03-02 at 10:00:',
    '--- what he says ---',
  ])('may end above %j, which people write too: a command below it is asked for again', (mark) => {
    expect(said(`/check\n\n${mark}\n\n/merge`)).toEqual(['check|', '?merge~']);
    expect(said(`Please wait.\n\n${mark}\n\n${headers[0]}\n\n/merge`)).toEqual([]);
  });

  test('whose mail has its end alone is its first paragraph', () => {
    const end =
      '—\nReply to this email directly, view it on GitHub<https://github.com/contoso/connectors/pull/7>, or unsubscribe<https://github.com/x>.\nYou are receiving this because you were mentioned.Message ID: <contoso/connectors/pull/7/c1@github.com>';
    expect(said(`/check\n\nrob-reviews\n\n/merge\n\n${end}`)).toEqual(['check|', '?merge~']);
    expect(said(`Hi Rob,\n\n/check\n\n${end}`)).toEqual(['check|']);
  });

  test.each([
    'Steps:\n1. check out\n2. run',
    'Summary: fine\nTests: passed\nDocs: none',
    'See https://contoso.com/rob@contoso.com:',
    'I asked ada@contoso.com on Monday.',
    'The call is on 2026-03-03.',
    'A: yes\nB: no',
    'Rob wrote the readme.',
    'Sent to the team; the phone rings.',
    '---',
    '***',
    '- From: string',
    '| From: | To: |',
  ])('goes on below %j', (own) => {
    expect(said(`${own}\n\n/merge`)).toEqual(['merge|']);
  });
});

describe('whatever somebody else wrote', () => {
  const line = fc.oneof(
    fc.constantFrom(
      '/merge',
      '/hold',
      '/unhold',
      '/merge?',
      '`/agree`',
      'I agree',
      '@gatehouse agree',
      '/mrege',
      '',
      '> quoted',
      '- item',
      '# Title',
      '---',
      '**bold**',
      '```',
      'On Mon, 2 Mar 2026, Ada wrote:',
      '| a |\n| --- |',
      '$$',
      '</details>',
    ),
    fc.string({ maxLength: 30 }),
  );
  const text = fc
    .array(line, { maxLength: 12 })
    .map((lines) => `/merge\n${lines.join('\n')}\n/hold`);
  const closed = text.map((one) =>
    one.replace(/^ {0,3}(?:`{3,}|~{3,}).*$|<\/?\w[^>]*>|<[!?]|\$\$|`|~|\*\*|__|\[|\]/gm, ''),
  );
  const own = fc.constantFrom(
    ['Please wait.', []],
    ['/check', ['check|']],
    ['Thanks!\n\n/check', ['check|']],
  );

  test('stands below what a mail program writes, and is not heard', () => {
    fc.assert(
      fc.property(
        own,
        fc.constantFrom(
          ...attributions.filter((one) => !one.startsWith('-')),
          ...headers,
          ...others,
        ),
        closed,
        ([mine, heard], mark, theirs) => {
          fc.pre(!/^\s*>/.test(theirs));
          expect(said(`${mine as string}\n\n${mark}\n\n${theirs}`)).toEqual(heard);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  test('is quoted, folded, or shown as code, and is not heard', () => {
    const ways: ((theirs: string) => string)[] = [
      (theirs) =>
        theirs
          .split('\n')
          .map((one) => `> ${one}`)
          .join('\n'),
      (theirs) => `\`\`\`\`\`\`\`\`\n${theirs}\n\`\`\`\`\`\`\`\``,
      (theirs) =>
        theirs
          .split('\n')
          .map((one) => `    ${one}`)
          .join('\n'),
      (theirs) =>
        `<details><summary>What he wrote</summary>\n\n${theirs.replaceAll('</details>', '')}\n\n</details>`,
      (theirs) => `<blockquote>\n\n${theirs}\n\n</blockquote>`,
      (theirs) => `<!--\n${theirs.replaceAll('-->', '')}\n-->`,
    ];
    fc.assert(
      fc.property(
        own,
        fc.constantFrom(...ways),
        fc.constantFrom('', '\n\nThat is all.'),
        closed,
        ([mine, heard], way, after, theirs) => {
          expect(said(`${mine as string}\n\n${way(theirs)}${after}`)).toEqual(heard);
        },
      ),
      { numRuns: 1_000 },
    );
  });
});

describe('a hostile comment of 64 KB is read in bounded time', () => {
  const full = (line: string): string =>
    `/check\n\n${`${line}\n`.repeat(65_536 / (line.length + 1))}`;
  const long = (piece: string): string => piece.repeat(Math.ceil(499 / piece.length));
  test.each(
    [
      '>',
      '> ',
      '- ',
      '1. ',
      '> - > 1. ',
      '*a ',
      '**a_',
      '_a',
      '[',
      '[a](',
      '![',
      '`a``b```c',
      '<a ',
      '<s>',
      '<!--',
      '<![CDATA[',
      '&a',
      '[a]',
      '<h:',
      '\\[',
      '~a ',
      '$$ a',
      '"',
      'a@',
      'a@b.cc 2026 :',
      '| - ',
      '-',
      '_',
      '&nbsp;',
      ' ',
      'x',
    ]
      .map((piece) => full(long(piece)))
      .concat(
        [
          '--',
          '*',
          '1) a',
          '[a]: b',
          '/merge',
          'From: a <b@contoso.com>',
          'Label: a',
          'On Monday 2026 :',
          '$$',
          '<details>',
          '```',
          'I agree',
          '\u2014',
          '',
        ].map(full),
        ['/merge'.padEnd(65_536), '**a_'.repeat(16_384), `${'>'.repeat(500)}a\n${full('a')}`],
      ),
  )('%#', (body) => {
    expect(said(body).length).toBeLessThanOrEqual(10);
  });
});
