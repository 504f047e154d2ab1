#!/usr/bin/env python
# -*- coding: latin-1 -*-
# réglages, 2009
minscaninterval = 30
maxlicensesperuser = 8
broken = [7, 13]
allmachines = ['l%02d' % i for i in range(1, 17) if i not in broken]
allmachines.append('l20')
spmmachines = allmachines[:8]
megmachines = ['l14', 'l15']
megmachines.remove('l15')
slowmachines = {'l01': 0.5, 'l02': 0.5}
matlab_license_server = "27000@license"
if __name__ == '__main__':
	print "machines:", len(allmachines)
