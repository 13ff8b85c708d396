import type { ModelSignature } from '../../../contracts/model-signature';
import { isMissing, isMissingCategory, numberOf, type Row } from '../data/cell';

/**
 * Cells of CSV as a function takes them: texts where the signature has them, and numbers elsewhere.
 *
 * @param signature undefined of a version that was registered before versions had one: it takes numbers only
 * @throws Error that names the column of a cell that is neither
 */
export function requestCells(row: Row, signature: ModelSignature | undefined): (string | number | null)[] {
  return row.map((cell, column) => {
    const { type, name } = signature?.inputs[column] ?? {};
    if (type === 'category' || type === 'text') return isMissingCategory(cell) ? null : String(cell);
    const value = numberOf(cell);
    if (Number.isFinite(value)) return value;
    if (signature && isMissing(cell)) return null;
    // Times may be texts.
    if (type === 'date') return String(cell);
    throw new Error(
      `column ${name === undefined ? column + 1 : `'${name}'`} ${isMissing(cell) ? 'is empty' : `is '${cell}'`}, but the function takes numbers only`,
    );
  });
}

/** Whether a model takes numbers alone. @param signature as that of {@link requestCells} */
export function takesNumbers(signature: ModelSignature | undefined): boolean {
  return signature?.inputs.every(({ type }) => type !== 'category' && type !== 'text') ?? true;
}
