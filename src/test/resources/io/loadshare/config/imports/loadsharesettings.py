"""Settings of the load sharing tool."""
minscaninterval = 30           # seconds
maxlicensesperuser = 8
allmachines = ['l%02d' % i for i in range(1, 37)]
megmachines = ['l30', 'l31',   # the newest
               'l32'] + \
    ['big1']
machinelists = {'freesurfer': ('l01', 'l02'), 'mne': ['l03', "l04"]}
spmmachines = ['l%02d' % i for i in range(1, 37)]
print len(allmachines)
scaninterval = 5 * 60
