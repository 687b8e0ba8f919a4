import { geoMercator } from "d3-geo";
import { feature } from "topojson-client";
import atlas from "virtual:atlas";
console.log(geoMercator, feature, atlas);
