export default function SwaggerUI(options: Record<string, unknown>): unknown;
