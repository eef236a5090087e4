import { testScenarios } from './suite.ts';

testScenarios(1);
