/** What became of a message. After a final failure, sending it again would fail, too. */
export type SendResult = { kind: 'sent' } | { kind: 'failed'; error: string; isFinal: boolean };
