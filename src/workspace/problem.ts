/** Something that keeps the command from running at all: bad arguments, unreadable input. Its message is one line that says what to do. */
export class Problem extends Error {}
