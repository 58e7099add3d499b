export * from 'leaflet';
export { feature } from 'topojson-client';
