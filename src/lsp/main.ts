import { serve } from './serve.ts';

// The program of the VS Code extension: `gatehouse lsp --stdio` without the other commands.
serve(process.stdin, process.stdout, new URL('./validation-thread.js', import.meta.url));
