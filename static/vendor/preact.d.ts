export { render } from 'preact';
export type { ComponentChildren, FunctionComponent, VNode } from 'preact';
export { useEffect, useId, useLayoutEffect, useRef, useState } from 'preact/hooks';
export { batch, computed, effect, signal } from '@preact/signals';
export type { ReadonlySignal, Signal } from '@preact/signals';
import type { VNode } from 'preact';
export const html: (strings: TemplateStringsArray, ...values: any[]) => VNode;
