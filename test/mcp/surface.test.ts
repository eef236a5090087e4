/** The surface of the MCP server as literals: names, order, sizes, annotations. Changing one is a decision. */
import { describe, expect, it } from 'vitest';
import { MAX_DESCRIPTION_BYTES } from '../../src/app/operation.ts';
import { INSTRUCTIONS } from '../../src/faces/mcp/instructions.ts';
import { loadTools } from '../../src/faces/mcp/tool.ts';

const tools = await loadTools();

describe('the surface of the MCP server', () => {
  it('has these tools in this order, and says of each whether it writes and whether it may ask live sources', () => {
    expect(
      tools.map(({ name, operation, gathers }) => `${name} ${operation.effects}${gathers ? ' gathers' : ''}`),
    ).toEqual([
      'answer write gathers',
      'audit read gathers',
      'decide read',
      'doctor read gathers',
      'document read',
      'evidence read',
      'explain read',
      'list_incidents read',
      'note write',
      'record_approval write',
      'resolve write',
      'show_incident read',
      'timeline read',
      'triage write gathers',
      'verify write gathers',
      'what_if read gathers',
    ]);
  });

  it.each(tools.map((tool) => ({ name: tool.name, tool })))(
    '$name says in two kilobytes what it is for',
    ({ tool }) => {
      expect(tool.name).toMatch(/^[a-z][a-z_]{2,30}$/);
      expect(Buffer.byteLength(tool.description)).toBeLessThanOrEqual(MAX_DESCRIPTION_BYTES);
      expect(tool.description.length).toBeGreaterThan(60);
      expect(tool.title.length).toBeGreaterThan(3);
    },
  );

  it('gives instructions that no client cuts', () => {
    expect(Buffer.byteLength(INSTRUCTIONS)).toBeLessThanOrEqual(MAX_DESCRIPTION_BYTES);
  });

  it('gives an agent no input that writes a file', () => {
    for (const { input } of tools) expect(Object.keys(input.shape)).not.toContain('saveSnapshot');
  });
});
