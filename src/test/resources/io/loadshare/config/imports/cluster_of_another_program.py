# where our own script starts jobs
import os
import multiprocessing

CORES = multiprocessing.cpu_count() - 1
HERE = os.path.dirname(os.path.abspath(__file__))
SSH = 'ssh -q -x -o ConnectTimeout=5'

NODES = {
    'otter': range(20, 24),
    # 'lynx': list(range(1, 3)) + list(range(6, 9))
    'lynx': list(range(1, 3)) + list(range(7, 9))
}

PAUSE = 30
BROKEN_GPUS = ['otter21_0']
